using SelfHeal.Requests;

namespace SelfHeal.Reports;

/// <summary>Which bytes of a request a pattern insists on: fixed bytes, numbers, and what has to come a number of times. In
/// contrast to a match of the recorder it has to know where each element begins and ends.</summary>
internal static class PatternMarks
{
    private const int Longest = 8192; // bytes: the time grows with the square of it
    private const int Nowhere = -1;

    /// <summary>For each byte; null: the pattern does not match, or the request is too long to tell.</summary>
    public static bool[]? Of(RequestPattern pattern, ReadOnlySpan<byte> request)
    {
        if (request.Length > Longest || !pattern.Matches(request))
        {
            return null;
        }

        byte[] bytes = request.ToArray();
        var starts = new List<int[]>();
        int[] reached = Identity([.. Enumerable.Range(0, bytes.Length + 1).Select(at => at == 0 ? 0 : Nowhere)]);
        foreach (PatternElement element in pattern.Elements)
        {
            starts.Add(Pass(element, bytes, reached));
            reached = Identity(starts[^1]);
        }

        bool[] marks = new bool[bytes.Length];
        int end = bytes.Length;
        for (int i = pattern.Elements.Count - 1; i >= 0 && end >= 0; i--)
        {
            int start = starts[i][end];
            if (start == Nowhere)
            {
                return null;
            }

            Array.Fill(marks, Insists(pattern.Elements[i]), start, end - start);
            end = start;
        }

        return marks;
    }

    private static bool Insists(PatternElement element) => element switch
    {
        SetElement set => set.Set != ByteSet.All && set.Minimum > 0,
        GroupElement group => group.Minimum > 0,
        _ => true,
    };

    /// <summary>Where an element can end, for each place where it can begin.</summary>
    /// <param name="element">The element.</param>
    /// <param name="bytes">The request.</param>
    /// <param name="from">For each place: not <see cref="Nowhere"/> if the element can begin there.</param>
    /// <returns>For each place at which it can end: what <paramref name="from"/> says of a place where it began.</returns>
    private static int[] Pass(PatternElement element, byte[] bytes, int[] from) => element switch
    {
        FixedElement one => PassFixed(one, bytes, from),
        SetElement one => PassSet(one, bytes, from),
        NumberElement one => PassNumber(one, bytes, from),
        _ => PassGroup((GroupElement)element, bytes, from),
    };

    private static int[] PassFixed(FixedElement element, byte[] bytes, int[] from)
    {
        int[] to = Empty(from);
        for (int at = 0; at + element.Bytes.Length <= bytes.Length; at++)
        {
            if (from[at] != Nowhere && Equal(bytes.AsSpan(at, element.Bytes.Length), element.Bytes.Span, element.IgnoreCase))
            {
                to[at + element.Bytes.Length] = from[at];
            }
        }

        return to;
    }

    private static int[] PassSet(SetElement element, byte[] bytes, int[] from)
    {
        int[] to = Empty(from);
        int run = 0; // first place from which all bytes are of the set
        int last = Nowhere; // last place, at least Minimum behind, at which it can begin
        for (int end = 0; end <= bytes.Length; end++)
        {
            run = end > 0 && !element.Set.Contains(bytes[end - 1]) ? end : run;
            last = end >= element.Minimum && from[end - element.Minimum] != Nowhere ? end - element.Minimum : last;
            if (last >= run && end - last <= (element.Maximum ?? int.MaxValue))
            {
                to[end] = from[last];
            }
        }

        return to;
    }

    private static int[] PassNumber(NumberElement element, byte[] bytes, int[] from)
    {
        int[] to = Empty(from);
        for (int at = 0; at < bytes.Length; at++)
        {
            bool within = at > 0 && IsDigit(bytes[at - 1]) && IsDigit(bytes[at]);
            int end = bytes[at] == '-' ? at + 1 : at;
            while (from[at] != Nowhere && !within && end < bytes.Length && IsDigit(bytes[end]))
            {
                end++;
            }

            if (end > at && new RequestPattern([element]).Matches(bytes.AsSpan(at, end - at)))
            {
                to[end] = from[at];
            }
        }

        return to;
    }

    private static int[] PassGroup(GroupElement element, byte[] bytes, int[] from)
    {
        int[] to = Empty(from);
        int[] times = from;
        for (int count = 0; count <= (element.Maximum ?? bytes.Length) && Array.Exists(times, at => at != Nowhere); count++)
        {
            for (int at = 0; count >= element.Minimum && at < to.Length; at++)
            {
                to[at] = to[at] == Nowhere ? times[at] : to[at];
            }

            times = element.Members.Aggregate(times, (reached, member) => Pass(member, bytes, reached));
        }

        return to;
    }

    private static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoreCase)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && !(ignoreCase && char.IsAsciiLetter((char)left[i]) && (left[i] | 32) == (right[i] | 32)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDigit(byte value) => char.IsAsciiDigit((char)value);

    private static int[] Empty(int[] like)
    {
        int[] empty = new int[like.Length];
        Array.Fill(empty, Nowhere);
        return empty;
    }

    private static int[] Identity(int[] reached) => [.. reached.Select((value, at) => value == Nowhere ? Nowhere : at)];
}
