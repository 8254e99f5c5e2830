"""How are requests executed? By threads for the sync client, by tasks for the async one."""
