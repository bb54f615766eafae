"""The words of the lab that runs in a page."""

TITLE = "DaemonSet 实验室"
START = "在这一页里运行"
ABOUT = "模型就在你的浏览器里跑：不用安装，不连服务器，不下载任何镜像。第一次点大约要取 {size} MB。"
STARTING = "正在启动：取 Python 和模型……"
NO_FILE = (
    "这一页是从文件夹里直接打开的，浏览器不许它启动程序；"
    "把整个文件夹放到任意网站上再打开就能运行，例如：python -m http.server"
)
TOO_OLD = "这个浏览器太旧，跑不了；换一个新一些的浏览器，或在电脑上装好课程再打开。"
FAILED = "没能启动：{error}"
NO_SCRIPT = "这一页要 JavaScript 才能运行；上面是开始时的样子。"

OPEN = "现在就动手：在网页里打开实验室"
BACK = "全部课程"
FIRST = "试试：按“＋1”加一个 Node，或者改镜像再按“更新”。图上面说这一步是谁做的，“为什么”说原因。"
SITUATION = "做什么"
FREE = "自由实验：{nodes} 个 Node"
EXERCISE = "第 {number} 课 · {title}"
SHARE = "分享这一刻"
SHARE_TIP = "复制一个链接：别人打开它，看到的就是这一刻"
SHARED = "链接已经复制；打开它就回到这一刻。"
NOT_SHARED = "用单元格改过的情形不能做成链接；换一个情形，只用按钮，就能分享。"
TOO_LONG = "做过的事太多（{count} 件），链接会长到被聊天软件截断，所以没有复制；从头做短一点再分享。"
TAKE_OUT = "取出进度"
TAKE_OUT_TIP = "存成 progress.json；和装好的课程里的是同一种文件"
TAKE_IN = "放入进度"
TAKE_IN_TIP = "把一个 progress.json 里做过的加进来"
TAKEN_IN = "进度已经加进来。"
NOT_TAKEN_IN = "这个文件不是课程的进度。"
BAD_LINK = "这个链接不完整，打不开；下面的集群和它无关。"
OTHER_VERSION = "这个链接是用别的版本的课程做的，打不开；下面的集群和它无关。"
NOT_THE_SAME = (
    "这个链接是用别的版本的课程做的：做过的事都重做了一遍，但结果和分享时不完全一样。"
)

ANSWER = "参考答案"
ANSWER_IN_LESSON = "讲解和参考答案在第 {number} 课的网页里"
NO_KUBECTL = "用实验室的按钮，或者在下面的单元格里写 kubectl 命令、Python 都行。"

PYTHON = "Python"
PYTHON_NAME = "一个单元格：写 kubectl 命令，或者写 Python（cluster 是上面的集群，task 是选中的练习）"
PYTHON_RUN = "运行这个单元格"
PYTHON_HINT = "kubectl get pods -o wide"
PYTHON_ERROR = "第 {line} 行：{error}"
PYTHON_NO_KUBECTL = "kubectl 命令和 Python 不能写在同一个单元格里，分两次运行。"
PYTHON_NO_TASK = "现在没有选练习，所以没有 task：先在“做什么”里选一道。"
PYTHON_ELSEWHERE = (
    "{name} 是 notebook 里用的；这一页里，图和练习就在上面。"
    "这个单元格里有 cluster、task、yaml，还有 {names}。"
)
PYTHON_DONE = "运行完了。"

KUBECTL_NOT_HERE = (
    "这一页的 kubectl 不会 {verb}。它会 {known}。\n"
    "想知道 Pod 或 Node 怎么了，用 kubectl describe，或者在图上点它，看“为什么？”；\n"
    "要用完整的 kubectl，就在电脑上装好课程。"
)
KUBECTL_NO_OPTION = (
    "这一页的 kubectl {verb} 不认识 --{option}；要用它，就在电脑上装好课程。"
)
KUBECTL_NO_WATCH = (
    "这一页的 kubectl 不能一直看下去（--{option}）：运行单元格时，时间停着。\n"
    "要等到某个状态，用 kubectl wait 或 kubectl rollout status；要看变化，让上面的时间往前走，再运行一次。"
)
KUBECTL_NO_OUTPUT = (
    "这一页的 kubectl 不会用 -o {output}。"
    "它会 wide、yaml、json、name、custom-columns=标题:.路径 和 jsonpath='{{.路径}}'。"
)
KUBECTL_NO_VERB = "kubectl 后面要写做什么，例如：kubectl get pods -o wide"
KUBECTL_NO_FILES = (
    "这一页里没有文件，清单要写在命令下面：\nkubectl {verb} -f - <<EOF\n（YAML）\nEOF"
)
KUBECTL_NO_SHELL = "这一页里没有 shell，所以用不了“{sign}”：每行写一条 kubectl 命令。"
KUBECTL_NO_FILTER = "这一页没有 {name}；“|”后面可以用 {known}。"
KUBECTL_NO_FILTER_OPTION = "这一页的 {name} 不认识“{option}”。"
KUBECTL_BAD_PATTERN = "grep 后面的不是正则表达式：{written}"
KUBECTL_OPEN_QUOTE = "引号没有配对：{line}"
KUBECTL_ONLY = "写 kubectl 命令的单元格里用不了 {word}：每行都要以 kubectl 开头。"
KUBECTL_SUBCOMMAND = "这一页的 kubectl {verb} 不会 {command}。它会 {known}。"
KUBECTL_NOT_OF_KIND = "这一页的 kubectl rollout {command} 不管 {kind}，只管 DaemonSet；要用它，就在电脑上装好课程。"
KUBECTL_WAIT_BRACES = "--for=jsonpath= 后面要写带花括号的路径，例如：--for=jsonpath='{.status.numberReady}'=3"
KUBECTL_NO_DESCRIPTION = (
    "这一页的 kubectl describe 不会 {kind}。用 kubectl get 加 -o yaml 看它的全部内容。"
)
KUBECTL_BAD_PATCH = "-p 后面的不是 JSON，也不是 YAML；整个补丁要放在单引号里。"
KUBECTL_STILL_WAITS = "（模拟的时间过了 {seconds} 秒还没完成，不再等了；想知道卡在哪里，在图上点 Node，看“为什么？”）"
