namespace SelfHeal.Hosts;

/// <summary>Which system calls the programs in a container may make: all but those that reach the machine itself. An engine's
/// default would refuse what fixed addresses (personality) and the sandbox (namespaces, mounts) need.</summary>
internal static class SeccompProfile
{
    private const int NotPermitted = 1;
    private const int NotThere = 38;

    private static readonly string[] Refused =
    [
        "acct", "add_key", "bpf", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init", "finit_module",
        "init_module", "ioperm", "iopl", "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "move_pages",
        "nfsservctl", "open_by_handle_at", "perf_event_open", "quotactl", "reboot", "request_key", "settimeofday", "swapoff",
        "swapon", "syslog", "userfaultfd", "vhangup",
    ];

    private static readonly string[] Missing = ["io_uring_setup", "io_uring_enter", "io_uring_register"];

    /// <summary>In the engine's format.</summary>
    public static string Json { get; } = $$"""
        {
          "defaultAction": "SCMP_ACT_ALLOW",
          "archMap": [{ "architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] }],
          "syscalls": [
            { "names": [{{Names(Refused)}}], "action": "SCMP_ACT_ERRNO", "errnoRet": {{NotPermitted}} },
            { "names": [{{Names(Missing)}}], "action": "SCMP_ACT_ERRNO", "errnoRet": {{NotThere}} }
          ]
        }
        """;

    private static string Names(string[] calls) => string.Join(", ", calls.Select(call => $"\"{call}\""));
}
