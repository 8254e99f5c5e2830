"""What a document says about the API, as facts that can be compared; `docs_diff.py` is its user.

Arrows point one way, from the top of this list down:

    report       differences as text, Markdown, JSON
    departures   which of them are meant
    compare      facts and facts make differences
    effects      whom a difference concerns: the rules
    reading      which reader a source needs
    openapi, pages (schemas, tables)   sources become facts
    tree, fetch  text becomes a tree with lines; an address becomes text
    facts        values

Nothing here knows Python code or the generator. The tool stands alone because there is no other
that would do: a search for a maintained comparison of OpenAPI documents on PyPI found none (the
known ones are Go, Java and Node programs), none of those reads reference pages, and all take
renamed schemas, wrappers and the two spellings of null for differences.
"""
