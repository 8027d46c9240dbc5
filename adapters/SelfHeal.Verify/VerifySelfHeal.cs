using EmptyFiles;
using SelfHeal.Patches;
using SelfHeal.Testing.Snapshots;
using VerifyTests;

namespace SelfHeal.Verify;

/// <summary>Lets Verify take a <see cref="Patch"/>: the same text, and the same files, as <c>VerifyPatchAsync</c>.</summary>
public static class VerifySelfHeal
{
    /// <summary>Call it once, in a module initializer of the test project.</summary>
    public static void Initialize()
    {
        FileExtensions.AddTextExtension("ep");
        VerifierSettings.RegisterFileConverter<Patch>(
            (patch, _) => new ConversionResult(info: null, "ep", PatchSnapshot.Text(patch)));
    }
}
