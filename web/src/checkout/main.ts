import "../look/tokens.css";
