"""Runs pollers in Python: imports each once, and forks for each run. An import takes longer than all else that a poller does.

`warm.py serve SOCKET FILE` imports a poller, prints a line, and serves until its standard input ends. `warm.py run SOCKET` runs the poller's `main` with the
environment, the outputs and the process group of the caller, and ends as `main` does. The group is what a checker ends.
"""
import marshal, os, signal, socket, sys  # Each run imports these.


def serve(path, file):
    import select
    sys.path.insert(0, os.path.dirname(file))
    poller = __import__(os.path.basename(file).removesuffix(".py"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(256)
    print("ready", flush=True)
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            run_here(connection, poller)
        connection.close()


def run_here(connection, poller):
    said, outputs, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    try:
        environment, group = marshal.loads(said)
        os.setpgid(0, group)
    except (OSError, EOFError):
        os._exit(1)  # The caller has been ended already.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, source in enumerate([os.open(os.devnull, os.O_RDONLY), *outputs]):
        os.dup2(source, number)
        os.close(source)
    os.environ.clear()
    os.environ.update(environment)
    code = exit_code(poller.main)
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(bytes([code]))
    os._exit(code)


def exit_code(main):
    """What Python ends with that runs this."""
    try:
        main()
        return 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return 1 if isinstance(end.code, str) else int(end.code or 0)
    except BaseException:
        import traceback
        traceback.print_exc()
        return 1


def run(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    socket.send_fds(connection, [marshal.dumps([dict(os.environ), os.getpgid(0)])], [1, 2])
    code = connection.recv(1)
    if not code:
        os.kill(os.getpid(), signal.SIGKILL)  # A signal has ended it.
    os._exit(code[0])


if sys.argv[1] == "serve":
    serve(*sys.argv[2:])
else:
    run(*sys.argv[2:])
