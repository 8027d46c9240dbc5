namespace SelfHeal.Terminals;

/// <summary>A control sequence: CSI, an optional private mark, numbers, an optional intermediate character, and a final
/// one that says what is to be done. A number that was left out is 0; a mark or intermediate that was left out is NUL.</summary>
internal readonly ref struct ControlSequence(char mark, char intermediate, char final, ReadOnlySpan<int> numbers)
{
    private readonly ReadOnlySpan<int> _numbers = numbers;

    public char Mark => mark;

    public char Intermediate => intermediate;

    public char Final => final;

    public ReadOnlySpan<int> Numbers => _numbers;

    /// <summary>Number `index`; `missing` if it is not there or 0.</summary>
    public int Number(int index, int missing) => index < _numbers.Length && _numbers[index] > 0 ? _numbers[index] : missing;
}
