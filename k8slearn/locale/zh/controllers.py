"""What is said about controllers: those that somebody writes on top of the model, and those that it lacks."""

NOT_MODELLED = "这个教学集群里没有 {component}：{kind} 只是存着，不会有谁据此行动"
NOT_WATCHED = "控制器 {name} 没有 watch {kind}，所以看不见它；add_controller 的 watch 里有：{watched}"
BROKEN = "你的函数里出了错：{error}"
BROKEN_AT = "你的函数里，第 {line} 行出了错：{error}。那一行是 {code}"
