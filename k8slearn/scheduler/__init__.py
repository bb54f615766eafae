"""The scheduler: one pure decision, and the component that carries it out."""
