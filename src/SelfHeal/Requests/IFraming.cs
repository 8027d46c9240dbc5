namespace SelfHeal.Requests;

/// <summary>How input is cut into requests. Implement it to analyse a protocol of your own; only a
/// <see cref="Framing"/> can be stored in a patch, because the recorder has to know it too.</summary>
public interface IFraming
{
    /// <summary>How reports name it.</summary>
    string Description { get; }

    /// <summary>A cutter for one stream, at the start of its first request.</summary>
    IRequestCutter Begin();
}
