"""Before a question: files -> articles -> chunks -> vectors and terms in an index."""
