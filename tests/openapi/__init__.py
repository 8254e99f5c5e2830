"""Tests of the OpenAPI document, and of the tools that generate from it and compare it."""
