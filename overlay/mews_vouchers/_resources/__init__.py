"""What can be done with vouchers and voucher codes? Facts of each operation, without I/O."""
