"""A system call filter for the sandbox, as the kernel's classic BPF program.

It takes from a task what no computation needs and most kernel escapes began
with: new user namespaces, mounts, kernel keys, tracing, BPF, modules, io_uring.
The list follows what container engines block by default
(https://docs.docker.com/engine/security/seccomp/). `clone3` answers "not
implemented", so that programs fall back to `clone`, whose flags can be seen.
"""

import struct

# <linux/bpf_common.h>, <linux/seccomp.h>, <linux/audit.h>
_LOAD_WORD = 0x20
_JUMP_EQUAL = 0x15
_JUMP_GREATER_OR_EQUAL = 0x35
_JUMP_ANY_BIT = 0x45
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
_EPERM = 1
_ENOSYS = 38
_OFFSET_NUMBER = 0
_OFFSET_ARCHITECTURE = 4
_OFFSET_ARGUMENT_0 = 16
_CLONE_NEW_NAMESPACES = 0x7E020080
_X32_BIT = 0x40000000

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: Name: number on x86_64, number on aarch64 (-1: it has none).
_REFUSED = {
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "uselib": (134, -1),
    "ustat": (136, -1),
    "sysfs": (139, -1),
    "pivot_root": (155, 41),
    "adjtimex": (159, 171),
    "chroot": (161, 51),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "create_module": (174, -1),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "nfsservctl": (180, 42),
    "lookup_dcookie": (212, 18),
    "clock_settime": (227, 112),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "migrate_pages": (256, 238),
    "unshare": (272, 97),
    "move_pages": (279, 239),
    "vmsplice": (278, 75),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "open_by_handle_at": (304, 265),
    "clock_adjtime": (305, 266),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "quotactl_fd": (443, 443),
}
_CLONE = (56, 220)
_CLONE3 = 435


def sandbox_filter(machine: str) -> bytes | None:
    """The filter for the processor family `machine` ("x86_64", "aarch64"); None for others."""
    if machine not in _ARCHITECTURES:
        return None
    column = list(_ARCHITECTURES).index(machine)
    refused = sorted(numbers[column] for numbers in _REFUSED.values() if numbers[column] >= 0)
    program = [
        _instruction(_LOAD_WORD, _OFFSET_ARCHITECTURE),
        _instruction(_JUMP_EQUAL, _ARCHITECTURES[machine], when_true=1),
        _instruction(_RETURN, _KILL_PROCESS),
        _instruction(_LOAD_WORD, _OFFSET_NUMBER),
    ]
    if machine == "x86_64":
        # The x32 variants of the same calls carry other numbers.
        program += [
            _instruction(_JUMP_GREATER_OR_EQUAL, _X32_BIT, when_false=1),
            _instruction(_RETURN, _ERRNO | _ENOSYS),
        ]
    program += [
        _instruction(_JUMP_EQUAL, _CLONE3, when_false=1),
        _instruction(_RETURN, _ERRNO | _ENOSYS),
    ]
    for number in refused:
        program += [
            _instruction(_JUMP_EQUAL, number, when_false=1),
            _instruction(_RETURN, _ERRNO | _EPERM),
        ]
    program += [
        _instruction(_JUMP_EQUAL, _CLONE[column], when_false=3),
        _instruction(_LOAD_WORD, _OFFSET_ARGUMENT_0),
        _instruction(_JUMP_ANY_BIT, _CLONE_NEW_NAMESPACES, when_false=1),
        _instruction(_RETURN, _ERRNO | _EPERM),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(program)


def _instruction(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when_true, when_false, value)
