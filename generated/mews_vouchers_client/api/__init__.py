# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/pipeline/templates or openapi/runtime instead.
"""Contains methods for accessing the API"""
