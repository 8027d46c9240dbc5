using System.Globalization;
using System.Text;

namespace SelfHeal.Patches;

/// <summary>Parses one patch file; every refusal is one sentence that names file and line.</summary>
internal sealed class PatchParser(string name)
{
    public const int MaximumLine = 2048;
    private const int MaximumLongLine = 4104;
    private const int MaximumName = 255;
    private readonly List<PatchModule> _modules = [];
    private readonly List<(PatchEntry Entry, List<string> Comments, int Line)> _entries = [];
    private readonly DropLines _drops = new();
    private int _line;

    public Patch Parse(string text)
    {
        bool versionSeen = false;
        string[] lines = (text.StartsWith('\uFEFF') ? text[1..] : text).Split('\n');
        foreach (string raw in lines)
        {
            _line++;
            string line = raw.EndsWith('\r') && _line < lines.Length ? raw[..^1] : raw;
            int bytes = Encoding.UTF8.GetByteCount(line);
            if (bytes > MaximumLine && (bytes > MaximumLongLine || !DropLines.IsOne(line)))
            {
                throw Refuse($"the line is longer than {MaximumLine:N0} bytes, or {MaximumLongLine:N0} for a pattern or an answer");
            }

            if (line.Contains('\0'))
            {
                throw Refuse("a NUL byte is in the line");
            }

            if (line.Length == 0)
            {
                continue;
            }

            if (line[0] == '#')
            {
                Comment(line);
            }
            else if (!versionSeen)
            {
                versionSeen = line == "selfheal-patch 1" ? true : throw Refuse(
                    line.StartsWith("selfheal-patch ", StringComparison.Ordinal)
                        ? $"this SelfHeal reads version 1, not \"{Shown(line)}\"" : "the first line must be \"selfheal-patch 1\"");
            }
            else
            {
                Line(line);
            }
        }

        if (!versionSeen)
        {
            throw new PatchRefusedException($"{name}: the first line must be \"selfheal-patch 1\", but the file is empty.");
        }

        FinishDrop();
        CheckEntries();
        return new Patch(_modules, [.. _entries.Select(entry => entry.Entry)]);
    }

    private void Comment(string line)
    {
        if (_entries.Count > 0)
        {
            _entries[^1].Comments.Add(line[1..].Trim());
        }
    }

    private void Line(string line)
    {
        if (line[0] == '<')
        {
            Entry(line);
            return;
        }

        if (DropLines.IsOne(line))
        {
            if (_drops.Take(line) is { } wrong)
            {
                throw Refuse(wrong);
            }

            return;
        }

        string[] words = line.Split(' ');
        if (words[0] != "module")
        {
            throw Refuse($"the directive \"{Shown(words[0])}\" is unknown");
        }

        if (words.Length != 3 || !IsName(words[1]) || !IsBuildId(words[2]))
        {
            throw Refuse("a module line is `module NAME BUILDID` with a build-id of 8 to 64 lower-case hex digits");
        }

        if (_modules.Exists(module => module.Name == words[1]))
        {
            throw Refuse($"the module {words[1]} is already given");
        }

        if (_modules.Count == Patch.MaximumModules)
        {
            throw Refuse($"there are more than {Patch.MaximumModules} module lines");
        }

        _modules.Add(new PatchModule(words[1], words[2]));
    }

    private void Entry(string line)
    {
        int end = line.IndexOf('>');
        if (end < 0)
        {
            throw Refuse("the location is not closed by >");
        }

        FinishDrop();
        bool anywhere = line[1..end] == DropEntry.Anywhere;
        string[] location = end == 1 || anywhere ? [] : line[1..end].Split(' ');
        if ((location.Length == 0 && !anywhere) || location.Length > PatchEntry.MaximumFrames)
        {
            throw Refuse($"a location has 1 to {PatchEntry.MaximumFrames} frames, not {location.Length}");
        }

        PatchFrame[] frames = [.. location.Select(Frame)];
        if (!line.AsSpan(end + 1).StartsWith(" : "))
        {
            throw Refuse("behind the location comes ` : ` and an action");
        }

        List<string> comments = [];
        PatchEntry entry = Action(line[(end + 4)..], frames, comments);
        if (_entries.Count == Patch.MaximumEntries)
        {
            throw Refuse($"there are more than {Patch.MaximumEntries} entries");
        }

        _entries.Add((entry, comments, _line));
    }

    private PatchEntry Action(string text, PatchFrame[] frames, List<string> comments)
    {
        if (text.StartsWith(DropEntry.Words + " ", StringComparison.Ordinal))
        {
            return _drops.Begin(frames, text[(DropEntry.Words.Length + 1)..], comments, out string? wrong) ?? throw Refuse(wrong!);
        }

        if (frames.Length == 0)
        {
            throw Refuse($"only a {DropEntry.Words} can be anywhere");
        }

        string[] words = text.Split(' ');
        return words.Length != 3 ? throw UnknownAction(text) : $"{words[0]} {words[1]}" switch
        {
            PadEntry.Words => new PadEntry(frames, Number("pad", "", words[2], 0, PadEntry.MaximumBytes), comments),
            HoldEntry.Words => new HoldEntry(frames, Number("hold", " of places", words[2], 1, HoldEntry.MaximumPlaces), comments),
            _ => throw UnknownAction(text),
        };
    }

    private PatchRefusedException UnknownAction(string text) =>
        Refuse($"the action \"{Shown(text)}\" is unknown, only `{PadEntry.Words} N`, `{HoldEntry.Words} N` and `{DropEntry.Words} FRAMING` are");

    /// <summary>The last entry, if it is a drop, has all its lines.</summary>
    private void FinishDrop()
    {
        if (_drops.IsOpen)
        {
            _entries[^1] = _entries[^1] with { Entry = _drops.Finish() ?? throw Refuse("the drop above has no pattern line") };
        }
    }

    /// <param name="digits">At most as many as the largest number has.</param>
    private long Number(string what, string of, string digits, long smallest, long largest)
    {
        bool good = digits.Length > 0 && digits.Length <= largest.ToString(CultureInfo.InvariantCulture).Length && digits.All(char.IsAsciiDigit);
        return good && long.Parse(digits, CultureInfo.InvariantCulture) is var number && number >= smallest && number <= largest
            ? number : throw Refuse(FormattableString.Invariant(
                $"the {what} \"{Shown(digits)}\" is not a number{of} from {smallest} to {largest:N0}"));
    }

    private PatchFrame Frame(string text)
    {
        int plus = text.LastIndexOf("+0x", StringComparison.Ordinal);
        string digits = plus > 0 ? text[(plus + 3)..] : "";
        if (plus <= 0 || !IsName(text[..plus]) || digits.Length is 0 or > 16 || !digits.All(IsHex))
        {
            throw Refuse($"\"{Shown(text)}\" is no frame of the form NAME+0xOFFSET in lower-case hex");
        }

        return new PatchFrame(text[..plus], ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
    }

    private void CheckEntries()
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            _line = _entries[i].Line;
            PatchEntry entry = _entries[i].Entry;
            foreach (PatchFrame frame in entry.Frames)
            {
                if (!_modules.Exists(module => module.Name == frame.Module))
                {
                    throw Refuse($"no module line gives the build-id of {frame.Module}");
                }
            }

            for (int j = 0; j < i; j++)
            {
                if (entry.Overlaps(_entries[j].Entry))
                {
                    throw Refuse(entry is DropEntry ? $"the drop of line {_entries[j].Line} is for the same input and has another framing"
                        : entry.Frames.Count == _entries[j].Entry.Frames.Count
                        ? $"the entry of line {_entries[j].Line} has the same location"
                        : $"its location overlaps with that of line {_entries[j].Line}: one begins with the whole other");
                }
            }
        }
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaximumName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-');

    private static bool IsBuildId(string text) =>
        text.Length is >= 8 and <= 64 && text.Length % 2 == 0 && text.All(IsHex);

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f');

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private PatchRefusedException Refuse(string why) => new($"{name}:{_line}: {why}.");
}
