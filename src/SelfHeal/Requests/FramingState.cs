namespace SelfHeal.Requests;

/// <summary>How far a request was looked at: struct framing_state of src/Recorder/framing.h.</summary>
internal struct FramingState
{
    public long At; // bytes looked at
    public long Left; // bytes that follow and mean nothing to the framing
    public ulong Value; // the number that is being read
    public long Total; // http: Content-Length; resp: values still to come
    public int Step;
    public int Flags;
    public int Match;
    public int Other;
    public bool Last; // the request ends behind Left
    public bool Malformed;

    /// <summary>Appends a digit to the value; beyond the longest request it stays one too long.</summary>
    public void AddDigit(uint radix, uint digit) => Value = Value > Framing.MaximumRequest ? Value : (Value * radix) + digit;
}
