using System.Globalization;
using System.Text;

namespace SelfHeal.Terminals;

/// <summary>What is typed to a program, and what is waited for before that: a text, one step a line (docs/cli.md).</summary>
public sealed class TerminalScript
{
    /// <summary>Where a step names no seconds.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(10);

    private TerminalScript(string name, IReadOnlyList<TerminalStep> steps) => (Name, Steps) = (name, steps);

    /// <summary>The file, or what else it is called in messages.</summary>
    public string Name { get; }

    public IReadOnlyList<TerminalStep> Steps { get; }

    /// <exception cref="TerminalException">A line that is no step; the message says which and why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TerminalScript Read(string path) => Parse(File.ReadAllText(path), path);

    /// <exception cref="TerminalException">A line that is no step; the message says which and why.</exception>
    public static TerminalScript Parse(string text, string name = "the script")
    {
        ArgumentNullException.ThrowIfNull(text);
        var steps = new List<TerminalStep>();
        int number = 0;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length > 0 && line[0] != '#')
            {
                steps.Add(new Words(name, number, line).Step());
            }
        }

        return new TerminalScript(name, steps);
    }

    /// <summary>Opens a terminal of the size that the script begins with (24 x 80 if it begins with none).</summary>
    public Terminal OpenTerminal() => Steps is [{ Kind: TerminalStepKind.Size } first, ..]
        ? Terminal.Open(first.Rows, first.Columns) : Terminal.Open();

    /// <summary>Makes all steps, one after the other.</summary>
    /// <exception cref="TerminalException">What is waited for does not come; the message says in which line of the script.</exception>
    public async Task RunAsync(Terminal terminal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        foreach (TerminalStep step in Steps)
        {
            try
            {
                await RunAsync(step, terminal, cancellationToken).ConfigureAwait(false);
            }
            catch (TerminalException error)
            {
                throw new TerminalException($"{Name}, line {step.Line}: {error.Message}", inner: error);
            }
        }
    }

    private static async Task RunAsync(TerminalStep step, Terminal terminal, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case TerminalStepKind.Send:
                await terminal.SendAsync(step.Text, cancellationToken).ConfigureAwait(false);
                break;
            case TerminalStepKind.Wait:
                await terminal.WaitForTextAsync(step.Text, step.Limit, cancellationToken).ConfigureAwait(false);
                break;
            case TerminalStepKind.Size:
                terminal.Resize(step.Rows, step.Columns);
                break;
            default:
                try
                {
                    await terminal.Ended.WaitAsync(step.Limit, cancellationToken).ConfigureAwait(false);
                }
                catch (TimeoutException error)
                {
                    throw new TerminalException($"The program did not end within {step.Limit.TotalSeconds} s.", terminal.Screen, error);
                }

                break;
        }
    }

    /// <summary>One line: a command word, then a quoted text or numbers.</summary>
    private ref struct Words(string name, int number, string line)
    {
        private int _at;

        public TerminalStep Step()
        {
            string word = Word();
            TerminalStep step = word switch
            {
                "send" => new TerminalStep(number, TerminalStepKind.Send, Quoted(word)),
                "wait" => new TerminalStep(number, TerminalStepKind.Wait, Quoted(word), Limit()),
                "size" => new TerminalStep(number, TerminalStepKind.Size, Rows: Size(), Columns: Size()),
                "end" => new TerminalStep(number, TerminalStepKind.End, Limit: Limit()),
                _ => throw Error($"'{word}' is no step; there are: send \"KEYS\", wait \"TEXT\" [SECONDS], size ROWS COLUMNS, end [SECONDS]"),
            };
            string rest = Word();
            return rest.Length == 0 ? step : throw Error($"'{rest}' is too much behind {word}");
        }

        private readonly TerminalException Error(string what) => new($"{name}, line {number}: {what}.");

        private string Word()
        {
            while (_at < line.Length && line[_at] is ' ' or '\t')
            {
                _at++;
            }

            int start = _at;
            while (_at < line.Length && line[_at] is not (' ' or '\t'))
            {
                _at++;
            }

            return line[start.._at];
        }

        private int Size()
        {
            string word = Word();
            return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= 1 and <= TerminalEmulator.LargestSize
                ? size : throw Error($"size wants rows and columns from 1 to {TerminalEmulator.LargestSize}, not '{word}'");
        }

        private TimeSpan Limit()
        {
            string word = Word();
            if (word.Length == 0)
            {
                return DefaultLimit;
            }

            return double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86400
                ? TimeSpan.FromSeconds(seconds) : throw Error($"'{word}' is no number of seconds (more than 0, at most 86400)");
        }

        private string Quoted(string command)
        {
            while (_at < line.Length && line[_at] is ' ' or '\t')
            {
                _at++;
            }

            if (_at == line.Length || line[_at] != '"')
            {
                throw Error($"{command} wants a text in double quotes");
            }

            var text = new StringBuilder();
            for (_at++; _at < line.Length && line[_at] != '"'; _at++)
            {
                text.Append(line[_at] == '\\' ? Escaped() : line[_at]);
            }

            return _at++ < line.Length ? text.ToString() : throw Error("the closing quote is missing");
        }

        private char Escaped()
        {
            char escaped = ++_at < line.Length ? line[_at] : '\0';
            switch (escaped)
            {
                case 'r': return '\r';
                case 'n': return '\n';
                case 't': return '\t';
                case 'e': return '\e';
                case '\\' or '"': return escaped;
                case 'x' when _at + 2 < line.Length && byte.TryParse(line.AsSpan(_at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out byte value)
                    && value < 0x80:
                    _at += 2;
                    return (char)value;
                default:
                    throw Error($"'\\{(escaped == '\0' ? "" : escaped)}' is unknown; there are: \\r (Enter), \\n, \\t, \\e (Escape), \\\\, \\\", \\xHH up to \\x7f");
            }
        }
    }
}
