"""Why a file or a folder cannot be read or written, by the system's name of the error."""

REASONS = {
    "ENOSPC": "磁盘满了",
    "EDQUOT": "磁盘配额用完了",
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "EROFS": "那里是只读的",
    "ENOENT": "文件夹不在了",
    "ENOTDIR": "路径当中有一段是文件，不是文件夹",
    "EISDIR": "那是一个文件夹",
    "EEXIST": "那里已经有一个文件",
    "ENAMETOOLONG": "名字太长",
    "ELOOP": "链接互相指来指去，没有尽头",
    "EBUSY": "正被别的程序占用",
    "EIO": "磁盘读写出错",
}
