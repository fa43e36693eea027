"""One person, one record: what somebody was called before, records that may be one, and records that were made one."""
