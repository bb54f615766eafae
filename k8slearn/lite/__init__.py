"""The notebooks in a browser without a server: substitutes for a command line and for other packages.

Only a site made by `k8slearn site FOLDER --jupyterlite` uses it.
"""
