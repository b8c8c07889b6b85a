import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import {
  ABCWidgetFactory,
  type DocumentRegistry,
  DocumentWidget,
  TextModelFactory,
} from "@jupyterlab/docregistry";
import { imageIcon } from "@jupyterlab/ui-components";
import { ScanDocument } from "./document";

const fileType = "tumorlab-scan";

/** The model of a scan: nothing, since the server reads it. JupyterLab would load the whole file as text. */
class ScanModelFactory extends TextModelFactory {
  override get name(): string {
    return fileType;
  }

  override get contentType() {
    return "file" as const;
  }

  override get fileFormat() {
    return null;
  }
}

class ScanFactory extends ABCWidgetFactory<DocumentWidget<ScanDocument>> {
  protected createNewWidget(context: DocumentRegistry.Context): DocumentWidget<ScanDocument> {
    const content = new ScanDocument(context);
    void context.ready.then(() => content.open());
    return new DocumentWidget({ content, context });
  }
}

/** Opens scans in the viewer on a double-click. */
export const scansPlugin: JupyterFrontEndPlugin<void> = {
  id: "tumorlab:scans",
  autoStart: true,
  activate: ({ docRegistry }) => {
    docRegistry.addFileType({
      name: fileType,
      displayName: "Scan",
      extensions: [".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm"],
      mimeTypes: ["application/x-nifti"],
      contentType: "file",
      fileFormat: "base64",
      icon: imageIcon,
    });
    docRegistry.addModelFactory(new ScanModelFactory());
    docRegistry.addWidgetFactory(
      new ScanFactory({
        name: "Scan viewer",
        modelName: fileType,
        fileTypes: [fileType],
        defaultFor: [fileType],
        readOnly: true,
      }),
    );
  },
};
