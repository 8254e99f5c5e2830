"""Keeps a copy of all vouchers and codes in SQLite; run it whenever the copy should be up to date.

    python mirror.py copy.db SERVICE_ID ...

The mark is stored in one transaction with the items: if it is killed, the next run goes on there.
"""

import sqlite3
import sys
from contextlib import closing

from mews_vouchers import Credentials, VoucherClient
from mews_vouchers_client.models import Voucher

SCHEMA = """
CREATE TABLE IF NOT EXISTS vouchers (id PRIMARY KEY, name, is_active);
CREATE TABLE IF NOT EXISTS codes (id PRIMARY KEY, voucher_id, value, valid_until, is_active);
CREATE TABLE IF NOT EXISTS marks (services PRIMARY KEY, mark);
"""
path, services = sys.argv[1], sorted(sys.argv[2:])
key = " ".join(services)
client = VoucherClient(Credentials.from_environment(), priority="background")
with client, closing(sqlite3.connect(path)) as db:
    db.executescript(SCHEMA)
    row = db.execute("SELECT mark FROM marks WHERE services = ?", [key]).fetchone()
    feed = client.changes(service_ids=services, since=row[0] if row else None)
    for number, one in enumerate(feed, start=1):
        if isinstance(one, Voucher):
            db.execute("REPLACE INTO vouchers VALUES (?, ?, ?)", [one.id, one.name, one.is_active])
        else:
            end = one.validity_end_utc.isoformat() if one.validity_end_utc else None
            values = [one.id, one.voucher_id, one.value or None, end, one.is_active]
            db.execute("REPLACE INTO codes VALUES (?, ?, ?, ?, ?)", values)
        if number % 1_000 == 0:
            db.execute("REPLACE INTO marks VALUES (?, ?)", [key, feed.mark])
            db.commit()
    db.execute("REPLACE INTO marks VALUES (?, ?)", [key, feed.mark])
    db.commit()
