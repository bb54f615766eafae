"""Words of the API's machinery: what stands around a refusal of the API server."""

REFUSED = "API server 拒绝了这个请求（{code} {reason}）："
CAUSES = "出错的字段："
