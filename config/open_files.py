"""How many connections a process may hold open at once."""

import resource

ENOUGH = 65_536


def allow_many_open_files() -> int:
    """Raise this process's own limit as far as the machine lets it, and give back what it is now.

    Many systems begin with 1,024 for old programs' sake, and each page that is open somewhere holds a connection.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if most == resource.RLIM_INFINITY else min(ENOUGH, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        return wanted
    return now
