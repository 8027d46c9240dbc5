namespace SelfHeal;

/// <summary>An event segment or a trace cannot be decoded. Everything before <see cref="Offset"/> was readable.</summary>
public sealed class DamagedLogException : DamagedRunException
{
    public DamagedLogException() { }

    public DamagedLogException(string message) : base(message) { }

    public DamagedLogException(string message, Exception innerException) : base(message, innerException) { }

    /// <param name="file">The damaged file.</param>
    /// <param name="offset">Offset in bytes at which decoding stopped.</param>
    /// <param name="what">What is wrong there.</param>
    /// <param name="remedy">What the user can do.</param>
    public DamagedLogException(string file, long offset, string what, string remedy = "record the run again")
        : base($"{file} is damaged at byte {offset}: {what}; {remedy}.")
    {
        File = file;
        Offset = offset;
    }

    public string? File { get; }

    /// <summary>Offset in the file, in bytes.</summary>
    public long Offset { get; }
}
