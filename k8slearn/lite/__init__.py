"""The notebooks in a browser without a server: what stands there for a command line and for other packages.

`k8slearn site FOLDER --jupyterlite` packs it with the course; nothing else loads it.
"""
