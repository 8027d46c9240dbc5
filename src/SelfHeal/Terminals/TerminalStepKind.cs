namespace SelfHeal.Terminals;

public enum TerminalStepKind
{
    /// <summary>send "KEYS"</summary>
    Send,

    /// <summary>wait "TEXT" [SECONDS]</summary>
    Wait,

    /// <summary>size ROWS COLUMNS</summary>
    Size,

    /// <summary>end [SECONDS]</summary>
    End,
}
