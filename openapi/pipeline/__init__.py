"""Generates `mews_vouchers_client` from the OpenAPI document. Command: `generate`.

Modules import only those below them; `make lint` checks this.

    generate         the command: writes the package, or checks that it is up to date
    render           document, templates and runtime become a package in a new folder
    document         reads and validates the document
    tools            runs the pinned tools; checks their versions
    package_files    compares two packages, file by file
    paths            where things are

`templates/` has the generator templates that replace stock ones.
"""
