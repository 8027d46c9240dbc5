namespace SelfHeal.Hosts;

/// <summary>Where the program's standard input comes from.</summary>
public abstract record RunInput
{
    private RunInput() { }

    /// <summary>/dev/null.</summary>
    public static RunInput None { get; } = new NoInput();

    /// <summary>The engine's own standard input. After a failure its unread rest is saved as RUN/stdin.rest.</summary>
    public static RunInput Inherit { get; } = new InheritInput();

    /// <summary>A pipe that <see cref="RunSession.WriteLineAsync"/> feeds.</summary>
    public static RunInput Interactive { get; } = new InteractiveInput();

    /// <summary>A file; RUN/stdin keeps a copy.</summary>
    public static RunInput FromFile(string path) => new FileInput(path);

    /// <summary>These bytes, by way of the file RUN/stdin.</summary>
    public static RunInput FromBytes(ReadOnlyMemory<byte> bytes) => new BytesInput(bytes);

    /// <summary>This text in UTF-8, by way of the file RUN/stdin.</summary>
    public static RunInput FromText(string text) => new BytesInput(System.Text.Encoding.UTF8.GetBytes(text));

    internal sealed record NoInput : RunInput;

    internal sealed record InheritInput : RunInput;

    internal sealed record InteractiveInput : RunInput;

    internal sealed record FileInput(string Path) : RunInput;

    internal sealed record BytesInput(ReadOnlyMemory<byte> Bytes) : RunInput;
}
