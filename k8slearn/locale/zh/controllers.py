"""What is said about controllers that somebody writes on top of the model."""

NOT_WATCHED = "控制器 {name} 没有 watch {kind}，所以看不见它；add_controller 的 watch 里有：{watched}"
BROKEN = "你的函数里出了错：{error}"
BROKEN_AT = "你的函数里，第 {line} 行出了错：{error}。那一行是 {code}"
