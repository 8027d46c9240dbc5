namespace SelfHeal.Requests;

/// <summary>What one more byte means: enum framing_step of src/Recorder/framing_steps.h.</summary>
internal enum FramingStep
{
    On,
    Done,
    DoneAfter,
    Bad,
}
