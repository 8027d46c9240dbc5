using System.Globalization;
using SelfHeal.Requests;

namespace SelfHeal.Patches;

/// <summary>Puts a drop together from its lines: src/Recorder/patch_parse_drop.c.</summary>
internal sealed class DropLines
{
    private const string PatternWord = "pattern ", AnswerWord = "answer ", ExpiresWord = "expires ";
    private readonly List<RequestPattern> _patterns = []; // of the open drop
    private DropEntry? _open;
    private DropAnswer? _answer;
    private DateOnly? _lastDay;
    private int _drops;
    private int _allPatterns;

    public bool IsOpen => _open is not null;

    public static bool IsOne(string line) => line.StartsWith(PatternWord, StringComparison.Ordinal)
        || line.StartsWith(AnswerWord, StringComparison.Ordinal) || line.StartsWith(ExpiresWord, StringComparison.Ordinal);

    /// <returns>Null: <paramref name="wrong"/> says why.</returns>
    public DropEntry? Begin(PatchFrame[] frames, string framing, List<string> comments, out string? wrong)
    {
        wrong = _drops++ == Patch.MaximumDrops ? $"there are more than {Patch.MaximumDrops} drops" : null;
        _patterns.Clear();
        _answer = null;
        _lastDay = null;
        try
        {
            return _open = wrong is null ? new DropEntry(frames, Framing.Parse(framing), [], comments: comments) : null;
        }
        catch (FormatException error)
        {
            wrong = Inner(error);
            return null;
        }
    }

    /// <returns>What is wrong with the line; null: nothing.</returns>
    public string? Take(string line)
    {
        if (_open is null)
        {
            return "pattern, answer and expires belong below a drop";
        }

        try
        {
            return line.StartsWith(PatternWord, StringComparison.Ordinal) ? TakePattern(line[PatternWord.Length..])
                : line.StartsWith(AnswerWord, StringComparison.Ordinal) ? TakeAnswer(line[AnswerWord.Length..])
                : TakeLastDay(line[ExpiresWord.Length..]);
        }
        catch (FormatException error)
        {
            return Inner(error);
        }
    }

    /// <returns>Null: it has no pattern.</returns>
    public DropEntry? Finish()
    {
        DropEntry? whole = _patterns.Count == 0 ? null
            : new DropEntry(_open!.Frames, _open.Framing, [.. _patterns], _answer, _lastDay, _open.Comments);
        _open = null;
        return whole;
    }

    private string? TakePattern(string text)
    {
        if (_allPatterns++ == Patch.MaximumPatterns)
        {
            return $"there are more than {Patch.MaximumPatterns} patterns";
        }

        _patterns.Add(RequestPattern.Parse(text));
        return null;
    }

    private string? TakeAnswer(string text)
    {
        string? wrong = _answer is null ? null : "this drop has an answer already";
        _answer = DropAnswer.Parse(text);
        return wrong;
    }

    private string? TakeLastDay(string text)
    {
        string? wrong = _lastDay is null ? null : "this drop has a last day already";
        bool good = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            && day > new DateOnly(1970, 1, 1);
        _lastDay = day;
        return good ? wrong : "a last day is YYYY-MM-DD, after 1970-01-01";
    }

    /// <summary>The refusal names file and line in front, and ends with a full stop of its own.</summary>
    private static string Inner(FormatException error) => error.Message.TrimEnd('.');
}
