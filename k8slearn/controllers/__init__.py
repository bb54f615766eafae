"""The controllers: each looks at the objects, decides in pure functions, and acts through the store."""
