"""What a developer runs by `./bekal check` and `./bekal lock`; not part of the installed product."""
