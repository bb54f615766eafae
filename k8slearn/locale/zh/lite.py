"""The words of the whole course in a browser: what a notebook there says where a computer of one's own is needed."""

NEEDS_COURSE = "这一格要装好的课程：浏览器里没有 kubectl，也没有命令行。"
STORED = "下面是课程里存下来的输出："
NOT_DONE = "命令没有真的执行，集群没有变；接下来几格的结果可能和正文说的不一样。"
NO_INSTALL = "浏览器里装不了别的包：课程要用的都已经带着。要用别的包，就在电脑上装好课程再打开这一课。"
