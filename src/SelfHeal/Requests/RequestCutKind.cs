namespace SelfHeal.Requests;

/// <summary>Whether a request ends.</summary>
public enum RequestCutKind
{
    /// <summary>It ends.</summary>
    Complete,

    /// <summary>It needs more bytes.</summary>
    More,

    /// <summary>It is none of this framing: the rest of the stream is one raw request.</summary>
    Malformed,
}
