"""Words of the API's machinery: what stands around a refusal of the API server."""

REFUSED = "API server 拒绝了这个请求（{code} {reason}）："
CAUSES = "出错的字段："

# A manifest that cannot be read: one sentence, its line before it, kubectl's own words behind it.
IN_LINE = "第 {line} 行："
KUBECTL_SAYS = "（kubectl 会说：{message}）"
EMPTY = "里面什么也没有。"
NO_JSON = "里面有 JSON 写不出来的东西。"
NO_YAML = "这里不是正确的 YAML。"
NO_OBJECT = "这不是一个对象：对象要有 apiVersion、kind 和 metadata。"
NO_KIND = "没有写 kind，或者它不是一段文字。"
NO_VERSION = "没有写 apiVersion，或者它不是一段文字。"
ODD_VERSION = "apiVersion 里最多有一个斜线：组/版本。"
NO_SEPARATOR = "分隔文档的 --- 后面只能写注释，内容要另起一行。"
REPEATED = "{key} 写了两次，以后面的那个为准（kubectl 也这样，而且不提醒）"
NO_TEXT = "{field} 要是一段文字；数字、true 和 false 要加引号。"
NO_PAIRS = "{field} 下面要是“名字: 值”。"
NO_ITEMS = "items 要是一个列表。"
NO_METADATA = "metadata 下面要是“名字: 值”。"
NO_NAME = "metadata 里没有 name。"
GENERATED = "apply 不能用 generateName，要写明 name。"
# What the parser says, by a piece of it, the first that fits.
YAML_MISTAKES = (
    ("'\\t'", "缩进里有 Tab，YAML 只认空格。"),
    ("found a tab character", "缩进里有 Tab，YAML 只认空格。"),
    ("excessive aliasing", "引用（*）展开以后太大了。"),
    ("value contains itself", "引用（*）指着包含它自己的东西。"),
    ("map merge requires", "<<: 后面要是对象（名字: 值）或者对象的列表。"),
    ("undefined alias", "引用（*）的名字前面没有定义（&）。"),
    ("unsupported map key", "名字是空的。"),
    ("invalid map key", "名字不能是列表或对象。"),
    ("unsupported value", "这个数写不进 JSON。"),
    ("is not in JSON", "这种标记（!!）在 JSON 里没有。"),
    ("failed to convert base64", "!!binary 后面不是 base64。"),
    ("failed to decode base64", "!!binary 后面不是 base64。"),
    ("could not determine a constructor", "这种标记（!）在 JSON 里没有。"),
    ("exceeded max depth", "套得太深了。"),
    (
        "mapping values are not allowed",
        "一行里有两个冒号，或者缩进不对；含冒号的文字要加引号。",
    ),
    ("'<stream end>'", "没有写完：后面缺括号或者内容。"),
    ("could not find expected ':'", "名字后面缺一个冒号。"),
    ("expected <block end>", "缩进不对：这一行和上面对不齐。"),
    ("while parsing a flow", "括号没有写完。"),
    ("expected ',' or", "括号里缺逗号，或者括号没有写完。"),
    ("unexpected end of stream", "引号没有写完。"),
    ("special characters are not allowed", "里面有看不见的控制字符。"),
)
RELEASED = (
    "这一刻太久远了：集群只记得最近的历史（见 Cluster 的 history），更早的已经放掉"
)
WINDOW = "共 {count} 条，从第 {first} 条起；逐条看：for each in …"
