"""The async client. The sync client, `_sync/`, is generated from it: `make generate`."""
