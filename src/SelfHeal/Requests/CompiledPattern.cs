namespace SelfHeal.Requests;

/// <summary>A pattern within its limits, ready to be matched: struct pattern of src/Recorder/pattern.h.</summary>
internal sealed class CompiledPattern
{
    private const int MaximumSets = 64, MaximumBytes = 2048, MaximumStates = 256, MaximumRing = 16_384;
    private const int MaximumRepeat = 1024, MaximumTimes = 62, MaximumAtLeast = 1_000_000_000;
    private int _sets;
    private int _bytes;
    private int _states;
    private int _ring;

    public CompiledPattern(RequestPattern pattern)
    {
        MinimumLength = pattern.MinimumLength;
        Require(MinimumLength is >= 0 and <= MaximumAtLeast, "a length is 0 to 1,000,000,000");
        Require(pattern.Elements.Count is >= 1 and <= RequestPattern.MaximumElements, "a pattern has 1 to 64 elements");
        Elements = [.. pattern.Elements];
        States = [.. Elements.Select(element => element is GroupElement group ? Group(group) : [])];
        foreach (PatternElement element in Elements)
        {
            Check(element);
        }

        Require(_sets <= MaximumSets, "a pattern has at most 64 sets");
        Require(_bytes <= MaximumBytes, "fixed bytes are at most 2,048 in a pattern");
        Require(_ring <= MaximumRing, "the upper bounds of a pattern's repeats are too large together");
    }

    public int MinimumLength { get; }

    public PatternElement[] Elements { get; }

    /// <summary>By element: the bytes of a group.</summary>
    public State[][] States { get; }

    private void Check(PatternElement element)
    {
        switch (element)
        {
            case FixedElement text:
                Require(text.Bytes.Length > 0, "fixed bytes are at least one");
                _bytes += text.Bytes.Length;
                _ring += text.Bytes.Length;
                break;
            case SetElement set:
                CheckSet(set);
                _ring += set.Maximum + 1 ?? 0;
                break;
            case NumberElement number:
                Require(number.Low is null or >= NumberElement.Smallest && number.High is null or >= NumberElement.Smallest
                    && (number.Low ?? NumberElement.Smallest) <= (number.High ?? long.MaxValue), "a number's lower bound is not above its upper one");
                break;
        }
    }

    private void CheckSet(SetElement set)
    {
        Require(set.Set.Count > 0, "a set has at least one byte");
        CheckRepeat(set.Minimum, set.Maximum, MaximumRepeat);
        _sets++;
    }

    private static void CheckRepeat(int minimum, int? maximum, int largest)
    {
        Require(minimum is >= 0 and <= MaximumAtLeast, "a repeat's lower bound is 0 to 1,000,000,000");
        Require(maximum is null || (maximum >= 1 && maximum >= minimum && maximum <= largest),
            "the upper bound of a repeat is at least the lower one, 1 to 1024 for a byte, 1 to 62 for a group");
    }

    private State[] Group(GroupElement group)
    {
        CheckRepeat(group.Minimum, group.Maximum, MaximumTimes);
        var states = new List<State>();
        bool required = false;
        foreach (PatternElement member in group.Members)
        {
            if (member is FixedElement text)
            {
                required |= text.Bytes.Length > 0;
                foreach (byte value in text.Bytes.Span)
                {
                    states.Add(new State(SetOf(value, text.IgnoreCase), false, false));
                }
            }
            else if (member is SetElement set)
            {
                CheckSet(set);
                required |= set.Minimum > 0;
                int count = set.Maximum ?? Math.Max(set.Minimum, 1);
                Require(count <= MaximumStates, "the groups of a pattern have at most 256 bytes together, each repeat counted");
                for (int i = 0; i < count; i++)
                {
                    states.Add(new State(set.Set, i >= set.Minimum, set.Maximum is null && i + 1 == count));
                }
            }
            else
            {
                Require(false, "a group is (elements){n,m}, without numbers or other groups in it");
            }
        }

        _states += states.Count;
        Require(required, "a group has at least one byte that cannot be left out");
        Require(_states <= MaximumStates, "the groups of a pattern have at most 256 bytes together, each repeat counted");
        return [.. states];
    }

    private static ByteSet SetOf(byte value, bool ignoreCase) => ByteSet.Of(ignoreCase && char.IsAsciiLetter((char)value)
        ? [(byte)(value | 32), (byte)(value & ~32)] : [value]);

    private static void Require(bool condition, string why)
    {
        if (!condition)
        {
            throw new FormatException($"This is no pattern: {why}.");
        }
    }

    /// <summary>One byte within a group; it may be left out, or come again.</summary>
    public readonly record struct State(ByteSet Set, bool Skip, bool Loop);
}
