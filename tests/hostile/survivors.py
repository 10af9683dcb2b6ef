"""What the first command of a run leaves for the second, beside the output folder: nothing may be found again."""
# ruff: noqa: E501 - a row is a line, and code in a row may be long

from tests.hostile.case import HARMLESS, Case, Door

# name: (what the first does, what the second looks for; `found` is the answer, False is right)
ROWS = {
    "a file in /tmp": ("open('/tmp/left', 'w').close()", "found = os.path.exists('/tmp/left')"),
    "a hidden file in the home folder": ("open(os.path.expanduser('~/.profile'), 'w').close()", "found = os.path.exists(os.path.expanduser('~/.profile'))"),
    "a file in /dev/shm": ("open('/dev/shm/left', 'w').close()", "found = os.path.exists('/dev/shm/left')"),
    "what Python loads first, at home": (
        "import site; os.makedirs(site.getusersitepackages()); open(site.getusersitepackages() + '/usercustomize.py', 'w').write('import builtins; builtins.left = 1')",
        "import builtins; found = hasattr(builtins, 'left')",
    ),
    "System V memory": ("call(29, 4711, 4096, 0o1666)", "found = open('/proc/sysvipc/shm').read().count('\\n') > 1"),
    "a System V queue": ("call(68, 4711, 0o1666)", "found = open('/proc/sysvipc/msg').read().count('\\n') > 1"),
    "a System V semaphore": ("call(64, 4711, 1, 0o1666)", "found = open('/proc/sysvipc/sem').read().count('\\n') > 1"),
    "a POSIX queue": ("call(240, b'left', 0o102, 0o666, 0)", "try: found = call(240, b'left', 0, 0, 0) >= 0\nexcept OSError: found = False"),
    "an abstract socket": (r"s = socket.socket(1, 1); s.bind('\0left'); s.listen(); held.append(s)", "found = 'left' in open('/proc/net/unix').read()"),
    "a port that listens": ("s = socket.create_server(('127.0.0.1', 4711)); held.append(s)", "found = socket.socket().connect_ex(('127.0.0.1', 4711)) == 0"),
    "a daemon": (
        "if not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n    os.closerange(0, 64); time.sleep(600)",
        "found = len([p for p in os.listdir('/proc') if p.isdigit()]) > 4",
    ),
    "a daemon that writes": (
        "if not os.fork():\n    os.setsid(); os.closerange(0, 64)\n    while True: time.sleep(0.01); open('/out/alive', 'a').write('.')\nwhile not os.path.exists('/out/alive'): time.sleep(0.01)",
        "a = os.path.getsize('/out/alive'); time.sleep(0.2); found = os.path.getsize('/out/alive') != a",
    ),
    "another host name": ("try: socket.sethostname('left')\nexcept OSError: pass", "found = socket.gethostname() == 'left'"),
    "a lock on the source": ("import fcntl; f = open('/source/probe.py'); fcntl.flock(f, fcntl.LOCK_EX); held.append(f)", "import fcntl; fcntl.flock(open('/source/probe.py'), fcntl.LOCK_EX | fcntl.LOCK_NB); found = False"),
}  # fmt: skip
CASES = tuple(
    Case(f"survivor: {name}", f"leaves {name} for the next command", Door.SANDBOX, HARMLESS, pair)
    for name, pair in ROWS.items()
)
