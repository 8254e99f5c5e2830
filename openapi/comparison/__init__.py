"""Compares what the vendor publishes with what we know, and one release with another.

Arrows point one way, from the top of this list down; `make lint` checks it.

    docs_diff                the vendor's documentation: what is new, and where our document differs
    api_diff                 what users of our packages notice; api_surface: names, api_contract
    report                   differences as Markdown and JSON
    record, departures       the vendor's state as last looked at; which differences are intended
    compare, effects         facts and facts make differences; whom a difference concerns
    pages, page              reference pages become facts; one page and what is on it
    openapi                  OpenAPI documents become facts
    schema_reader, schemas   the spellings of a schema become one form; what that says, as facts
    documents, markdown      one document: its references; one page, divided into its parts
    excerpt                  the voucher part of a document, with digests instead of texts
    tree, sources, keywords  text becomes a tree; a file or an address becomes text; tables
    facts                    values

Why not a library: Python's package index has none that compares OpenAPI documents. Of npm's,
openapi-diff 0.24.1 reads no 3.1, and @pb33f/openapi-changes 0.0.67 downloads a program when it is
installed. None reads reference pages, names the line to edit in our document, or judges the state
that we recorded.
"""
