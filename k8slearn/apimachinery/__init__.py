"""What no kind owns: objects, selectors, quantities, patches, the schema, and Go's words."""
