"""What became of a request, in words; keys are those that `Delivery.failed` is called with."""

VERDICTS = {
    "answered": "{pod}（{node}）回答了",
    "unready": "{pod}（{node}）回答了，虽然它没有就绪：这条路不看 Ready",
    "no_cluster_dns": "这里问不到集群的 DNS",
    "no_name": "DNS 里没有这个名字",
    "not_routed": "{address} 只在集群里有效，集群外面的包到不了",
    "nobody_has_it": "没有谁拥有 {address} 这个地址",
    "no_service_port": "Service {service} 没有开 {port} 端口",
    "no_endpoints": "Service {service} 名下没有能用的 endpoint",
    "no_local_endpoints": "Local，而 {node} 上没有能用的 endpoint，包被丢掉",
    "node_unreachable": "{node} 联系不上",
    "no_host_port": "{node} 的 {port} 端口上没有 Pod 在听",
    "egress_dropped": "NetworkPolicy {policies} 没有放行出去的包",
    "ingress_dropped": "NetworkPolicy {policies} 没有放行进来的包",
    "dns_dropped": "NetworkPolicy {policies} 没有放行去问 DNS 的包",
    "not_listening": "{pod} 没有在 {port} 端口上听",
}
DELIVERED = "{source} → {target}  ✔ {why}"
LOST = "{source} → {target}  ✘ {outcome}：{why}"
OUTSIDE_NAME = "集群外"
MISSING = "{wanted!r} 不存在；现有：{present}"
NO_PORT = "{target!r} ≠ host:port"

DNS_SUMMARY = "{question}：{rcode}，{count} 条 A 记录"
DNS_RECORD = "{name}.  A  {address}"
DNS_RECORD_OF_POD = "{name}.  A  {address}   # {pod}（{node}）"
