namespace SelfHeal.Testing;

/// <summary>A failed test with what its session did: the seed, the run directory, and one command that replays it. Message
/// and stack begin with those of what the test threw.</summary>
public sealed class HealTestException : Exception
{
    private readonly string? _stackTrace;

    public HealTestException() { }

    public HealTestException(string message) : base(message) { }

    public HealTestException(string message, Exception innerException) : base(message, innerException) { }

    internal HealTestException(Exception cause, string session)
        : base($"{Kind(cause)}{cause.Message.TrimEnd()}\n{session}") => _stackTrace = Own(cause.StackTrace);

    /// <summary>Where the test failed, not where the session was closed.</summary>
    public override string? StackTrace => _stackTrace ?? base.StackTrace;

    /// <summary>Without the frames of assertions and of ours, and each one once: an asynchronous method is there twice.</summary>
    private static string? Own(string? stack)
    {
        string[] foreign =
        [
            "   at FluentAssertions.", "   at Xunit.", "   at SelfHeal.Testing.Discovery.", "   at SelfHeal.Testing.Assertions.", "   at System.", "---",
            "   at SelfHeal.Testing.HealSession.", "   at SelfHeal.Testing.HealServer.", "   at SelfHeal.Testing.HealClient.", "   at SelfHeal.Chaos.",
        ];
        return stack is null ? null : string.Join('\n', stack.Split('\n').Select(line => line.TrimEnd('\r')).Distinct()
            .Where(line => !foreign.Any(start => line.StartsWith(start, StringComparison.Ordinal))));
    }

    private static string Kind(Exception cause) =>
        cause is SelfHealException or HealTestException || cause.GetType().Namespace is { } space
            && (space.StartsWith("FluentAssertions", StringComparison.Ordinal) || space.StartsWith("Xunit", StringComparison.Ordinal))
            ? "" : $"{cause.GetType().Name}: ";
}
