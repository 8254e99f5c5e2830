"""What a source says about the API, as facts that can be compared; `docs_diff.py` is the user.

Arrows point one way, from the top of this list down; `make lint` holds it.

    report                   differences as text, Markdown, JSON
    words, departures        differences in words; which of them are meant
    compare                  facts and facts make differences
    effects                  whom a difference concerns: the rules
    reading                  which reader a source needs
    pages                    reference pages become facts
    openapi                  OpenAPI documents become facts
    references               the spellings of schemas: references, wrappers, null
    schema, tables           one schema; one page, cut into its parts
    tree, fetch              text becomes a tree with lines; an address becomes text
    facts                    values

Nothing here knows Python code or the generator.

Why there is code of our own, although others compare OpenAPI documents: Python's index has no such
library. Of npm's, openapi-diff 0.24.1 reads OpenAPI 3.0 and refuses 3.1, in which our document is,
and @pb33f/openapi-changes 0.0.67 downloads a program when it is installed. Both compare documents
with documents: neither would read reference pages, know the place in our YAML, or tell what we mean
to differ in. What libraries do well is theirs: libyaml parses YAML, markdown-it-py Markdown,
`referencing` follows references, httpx fetches.
"""
