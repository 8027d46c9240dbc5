using System.Globalization;
using System.Text;

namespace SelfHeal.Patches;

/// <summary>Parses one patch file; every refusal is one sentence that names file and line.</summary>
internal sealed class PatchParser(string name)
{
    public const int MaximumLine = 2048;
    private readonly List<PatchModule> _modules = [];
    private readonly List<(IReadOnlyList<PatchFrame> Frames, long Bytes, List<string> Comments, int Line)> _entries = [];
    private int _line;

    public Patch Parse(string text)
    {
        bool versionSeen = false;
        foreach (string raw in (text.StartsWith('\uFEFF') ? text[1..] : text).Split('\n'))
        {
            _line++;
            if (Encoding.UTF8.GetByteCount(raw) > MaximumLine)
            {
                throw Refuse($"the line is longer than {MaximumLine:N0} bytes");
            }

            string line = raw.Trim(' ', '\t', '\r');
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

        CheckEntries();
        return new Patch(_modules, [.. _entries.Select(entry => new PadEntry(entry.Frames, entry.Bytes, entry.Comments))]);
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

        string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
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

        _modules.Add(new PatchModule(words[1], words[2]));
    }

    private void Entry(string line)
    {
        int end = line.IndexOf('>');
        if (end < 0)
        {
            throw Refuse("the location is not closed by >");
        }

        PatchFrame[] frames =
            [.. line[1..end].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(Frame)];
        if (frames.Length is 0 or > PadEntry.MaximumFrames)
        {
            throw Refuse($"a location has 1 to {PadEntry.MaximumFrames} frames, not {frames.Length}");
        }

        string[] words = line[(end + 1)..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0] != ":")
        {
            throw Refuse("behind the location comes ` : ` and an action");
        }

        if (words.Length != 4 || words[1] != "Pad" || words[2] != "Allocation")
        {
            throw Refuse($"the action \"{Shown(string.Join(' ', words.Skip(1)))}\" is unknown, only `Pad Allocation N` is");
        }

        if (words[3].Length > 10 || !words[3].All(char.IsAsciiDigit)
            || long.Parse(words[3], CultureInfo.InvariantCulture) > PadEntry.MaximumBytes)
        {
            throw Refuse($"the pad \"{Shown(words[3])}\" is not a number from 0 to {PadEntry.MaximumBytes:N0}");
        }

        if (_entries.Count == Patch.MaximumEntries)
        {
            throw Refuse($"there are more than {Patch.MaximumEntries} entries");
        }

        _entries.Add((frames, long.Parse(words[3], CultureInfo.InvariantCulture), [], _line));
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
            foreach (PatchFrame frame in _entries[i].Frames)
            {
                if (!_modules.Exists(module => module.Name == frame.Module))
                {
                    throw Refuse($"no module line gives the build-id of {frame.Module}");
                }
            }

            for (int j = 0; j < i; j++)
            {
                int common = Math.Min(_entries[i].Frames.Count, _entries[j].Frames.Count);
                if (_entries[i].Frames.Take(common).SequenceEqual(_entries[j].Frames.Take(common)))
                {
                    throw Refuse(_entries[i].Frames.Count == _entries[j].Frames.Count
                        ? $"the entry of line {_entries[j].Line} has the same location"
                        : $"its location overlaps with that of line {_entries[j].Line}: one begins with the whole other");
                }
            }
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-');

    private static bool IsBuildId(string text) =>
        text.Length is >= 8 and <= 64 && text.Length % 2 == 0 && text.All(IsHex);

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f');

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private PatchRefusedException Refuse(string why) => new($"{name}:{_line}: {why}.");
}
