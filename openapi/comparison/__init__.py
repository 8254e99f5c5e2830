"""Compares what the vendor publishes with what we know. Commands: `docs_diff` and `api_diff`.

Arrows point one way, from the top of this list down; `make lint` checks it.

    report                   differences as Markdown and JSON
    record, departures       the vendor's state as last looked at; which differences are intended
    compare                  facts and facts make differences
    effects                  whom a difference concerns: the rules
    pages                    reference pages become facts
    page                     one page: its sections, and its words as digests
    openapi, rows            OpenAPI documents become facts; so do the rows of a page
    schema_facts             what a schema says, as facts
    schemas                  the spellings of a schema become one form
    references, markdown     one document, its references and texts; one page, cut into its parts
    tree, sources            text becomes a tree with lines; a file or an address becomes text
    facts                    values

Why not a library: Python's package index has none that compares OpenAPI documents. Of npm's,
openapi-diff 0.24.1 reads no 3.1, and @pb33f/openapi-changes 0.0.67 downloads a program when it is
installed. None reads reference pages, names the line to edit in our document, or judges the state
that we recorded.
"""
