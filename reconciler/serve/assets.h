#pragma once
// What is embedded at build time, as it stands in reconciler/serve/page and schema/.

namespace reconcile::serve {

extern const char* const kPageHtml;  ///< with {{title}}, {{css}}, {{header}}, {{plans}}, {{js}}
extern const char* const kPageCss;
extern const char* const kPageJs;
extern const char* const kOpenapi;

}  // namespace reconcile::serve
