using Spectre.Console;

namespace SelfHeal.Cli.Output;

/// <summary>Text for people: standard output for results, standard error for everything else.</summary>
/// <remarks>Colours only on a terminal and never with NO_COLOR; a pipe gets plain lines of any length.</remarks>
internal static class Screen
{
    private static readonly Lazy<IAnsiConsole> LazyOut = new(() => Create(Console.Out, !Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> LazyError = new(() => Create(Console.Error, !Console.IsErrorRedirected));

    public static IAnsiConsole Out => LazyOut.Value;

    public static IAnsiConsole Error => LazyError.Value;

    /// <summary>One sentence on standard error, after the name of the tool.</summary>
    public static void Complain(string sentence) => Console.Error.WriteLine($"selfheal: {sentence}");

    /// <summary>Shows what is being done on standard error, if that is a terminal.</summary>
    public static async Task<T> Progress<T>(string start, Func<IProgress<string>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(new Shown(null));
        }

        return await Error.Status().StartAsync(Markup.Escape(start), context =>
            work(new Shown(text => context.Status(Markup.Escape(text)))));
    }

    private static IAnsiConsole Create(TextWriter writer, bool terminal)
    {
        bool colours = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = 100_000;
        }

        return console;
    }

    private sealed class Shown(Action<string>? show) : IProgress<string>
    {
        public void Report(string value) => show?.Invoke(value);
    }
}
