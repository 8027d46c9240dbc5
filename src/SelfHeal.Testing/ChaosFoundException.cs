using SelfHeal.Chaos;

namespace SelfHeal.Testing;

/// <summary>A <see cref="ChaosFactAttribute"/> found a run that fails.</summary>
public sealed class ChaosFoundException : SelfHealException
{
    private readonly string? _stackTrace;

    public ChaosFoundException() { }

    public ChaosFoundException(string message) : base(message) { }

    public ChaosFoundException(string message, Exception innerException) : base(message, innerException) { }

    internal ChaosFoundException(ChaosFailure failure, Exception? cause)
        : base($"The run with seed {failure.Seed} under {failure.Run.Info.Policy ?? "uniprocessor"} fails: {failure.Sentence}"
            + (cause is null || failure.Sentence.Contains(cause.Message.Trim(), StringComparison.OrdinalIgnoreCase) ? "" : $"\n{cause.Message.TrimEnd()}")) =>
        _stackTrace = cause?.StackTrace ?? "";

    /// <summary>Where the test's body failed.</summary>
    public override string? StackTrace => _stackTrace ?? base.StackTrace;
}
