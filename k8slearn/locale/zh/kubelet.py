"""What the kubelet's model says to a learner."""

UNKNOWN_WORD = "行为脚本里没有“{word}”这个词。可以用：{known}。"
BAD_WORD = "行为脚本里的“{word}”写得不对。"
NOT_REAL = '只有 Cluster(kubelet="auto") 才有真正的 kubelet，“{verb}”要用它。'
NO_KUBELET = "没有名叫 {node} 的 kubelet。"
