namespace SelfHeal.Hosts;

/// <summary>Where standard output and standard error of the program go.</summary>
public enum RunOutput
{
    /// <summary>To the files RUN/stdout and RUN/stderr.</summary>
    Capture,

    /// <summary>To the engine's own; the recorder also copies both to RUN/stdout and RUN/stderr.</summary>
    Inherit,
}
